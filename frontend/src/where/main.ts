import th from 'messages:th/common,map,where'
import { startPage } from '../page'
import Where from './Where.svelte'

void startPage(Where, { th, en: () => import('messages:en/common,map,where') })
