import th from 'messages:th/common,life,round,village'
import { startPage } from '../page'
import VillagePage from './VillagePage.svelte'

void startPage(VillagePage, { th, en: () => import('messages:en/common,life,round,village') })
