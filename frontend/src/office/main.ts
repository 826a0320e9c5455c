import th from 'messages:th/common,life,map,office'
import { startPage } from '../page'
import Office from './Office.svelte'

void startPage(Office, { th, en: () => import('messages:en/common,life,map,office') })
